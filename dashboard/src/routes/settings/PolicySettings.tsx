import { NumberInput, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { ConfirmButton } from "@/components/forms/Confirm";
import { RetryFields } from "@/components/forms/RetryFields";
import type { RetryFaults } from "@/format/retry";
import { DEFAULTS, policyChange, policyDraft, policyErrors, policyFaults, type TenantLimit } from "./policy";
import styles from "./Settings.module.css";
import { SettingsForm } from "./SettingsForm";
import { useSaveProject } from "./useSaveProject";

const LIMITS: readonly { name: TenantLimit; label: string; description: string; suffix?: string }[] = [
  {
    name: "endpoints_per_tenant_max",
    label: "Endpoints per tenant",
    description: "How many endpoints a tenant can have.",
  },
  { name: "tenant_attempts_max", label: "Attempts per delivery", description: "The most that an endpoint’s own retry schedule can have." },
  {
    name: "tenant_delay_s_min",
    label: "Shortest retry delay",
    description: "The shortest delay that an endpoint’s own retry schedule can have.",
    suffix: " s",
  },
  {
    name: "tenant_requests_per_minute",
    label: "Requests per minute",
    description: "API requests. More are answered with 429 Too Many Requests.",
  },
  {
    name: "tenant_changes_per_minute",
    label: "Changes per minute",
    description: "Requests that change or send something, such as tests and retries.",
  },
  {
    name: "tenant_jobs_per_hour",
    label: "Background jobs per hour",
    description: "Bulk retries and discards, and recoveries of an endpoint.",
  },
];

export function PolicySettings() {
  const { project, isAdmin } = useAccess();
  const save = useSaveProject("Delivery policy saved");
  const before = policyDraft(project.policy);
  const form = useForm({ initialValues: before, validate: policyFaults });
  const [retryFaults, setRetryFaults] = useState<RetryFaults>({});
  const submit = () => {
    setRetryFaults({});
    if (form.validate().hasErrors) return;
    save.mutate(
      { policy: policyChange(before, form.values) },
      {
        onError: (error) => {
          const { fields, retry } = policyErrors(error);
          form.setErrors(fields);
          setRetryFaults(retry);
        },
      },
    );
  };
  const { values } = form;
  return (
    <SettingsForm
      title="Delivery policy"
      dirty={form.isDirty()}
      saving={save.isPending}
      error={save.error}
      onSave={submit}
      onDiscard={() => {
        form.reset();
        setRetryFaults({});
      }}
      aside={
        <ConfirmButton
          label="Use the dialect’s defaults"
          button={{ variant: "subtle", color: "gray" }}
          title="Use the dialect’s defaults?"
          confirm="Use the defaults"
          danger={false}
          onConfirm={() => save.mutateAsync({ policy: DEFAULTS })}
        >
          The retry schedule, timeout, history and limits go back to the defaults of the dialect {project.dialect} and of
          this server. When endpoints are disabled, the operator tenant and the portal’s settings stay as they are.
        </ConfirmButton>
      }
    >
      <div>
        <p className={styles.legend}>Retry schedule</p>
        <RetryFields
          draft={values.retry}
          faults={retryFaults}
          disabled={!isAdmin}
          onChange={(retry) => {
            setRetryFaults({});
            form.setFieldValue("retry", retry);
          }}
        />
      </div>
      <div className={styles.pair}>
        <NumberInput
          label="Attempt timeout"
          description="For the whole request, including the response body."
          suffix=" ms"
          thousandSeparator=","
          allowDecimal={false}
          step={500}
          {...form.getInputProps("timeout_ms")}
        />
        <Select
          label="When a receiver responds with 410 Gone"
          description="Some receivers use it to say that they want no more events."
          allowDeselect={false}
          data={[
            { value: "disable", label: "Disable the endpoint" },
            { value: "retry", label: "Retry like any failure" },
          ]}
          {...form.getInputProps("gone")}
        />
      </div>
      <div className={styles.pair}>
        <Switch
          label="Disable endpoints that keep failing"
          description="Their deliveries wait until they are enabled again."
          {...form.getInputProps("auto_disable", { type: "checkbox" })}
        />
        {values.auto_disable && (
          <>
            <NumberInput
              label="After so long without a success"
              allowDecimal={false}
              thousandSeparator=","
              {...form.getInputProps("auto_disable_days")}
              error={form.errors.auto_disable_days ?? form.errors.auto_disable_s}
            />
            <Select
              label="Unit"
              allowDeselect={false}
              data={["days", "seconds"]}
              {...form.getInputProps("auto_disable_unit")}
            />
          </>
        )}
      </div>
      <Select
        label="While an endpoint is disabled"
        description="What becomes of new events that it subscribes to."
        allowDeselect={false}
        data={[
          { value: "hold", label: "Keep them, and send them when it is enabled" },
          { value: "skip", label: "Skip it: it gets none of them" },
        ]}
        {...form.getInputProps("while_disabled")}
      />
      <NumberInput
        label="History"
        description="How long events and finished deliveries are kept. Dead letters are kept for at least 90 days."
        suffix=" days"
        allowDecimal={false}
        {...form.getInputProps("history_days")}
      />
      <Switch
        label="Only accept types from the catalog"
        description="Events of other types are rejected."
        {...form.getInputProps("strict_types", { type: "checkbox" })}
      />
      <TagsInput
        label="Plans with webhooks"
        description="Tenants on other plans keep their endpoints, but deliveries wait. Leave empty to include every plan."
        placeholder={values.plans.length === 0 ? "Every plan" : ""}
        {...form.getInputProps("plans")}
      />
      <TextInput
        label="Operator tenant"
        description="Its endpoints receive events about those of all other tenants: created, failing, recovered, disabled, dead deliveries, and more. The catalog lists them."
        placeholder="None"
        {...form.getInputProps("operator_tenant")}
      />
      <Select
        label="Who can set transformations"
        description="Code that changes an endpoint’s webhooks before they are sent. Off also stops existing code: attempts at those endpoints fail."
        allowDeselect={false}
        data={[
          { value: "off", label: "Nobody (off)" },
          { value: "operator", label: "Operators" },
          { value: "tenant", label: "Operators and tenants" },
        ]}
        {...form.getInputProps("transformations")}
      />
      <Select
        label="Who can see signing secrets again"
        description="In the Svix-compatible API. Each time is in the audit log."
        allowDeselect={false}
        data={[
          { value: "never", label: "Nobody" },
          { value: "operator", label: "Operators" },
          { value: "tenant", label: "Operators and tenants" },
        ]}
        {...form.getInputProps("reveal_secrets")}
      />
      <div className={styles.pair}>
        <NumberInput
          label="Report a failing endpoint after"
          description="Failures in a row, until endpoint.failing is sent to the operator."
          suffix=" failures"
          allowDecimal={false}
          {...form.getInputProps("failing_after_failures")}
        />
        <NumberInput
          label="And after failing for"
          description="It is sent once, until the endpoint has recovered."
          suffix=" seconds"
          thousandSeparator=","
          allowDecimal={false}
          {...form.getInputProps("failing_after_s")}
        />
      </div>
            <div>
        <p className={styles.legend}>Tenant limits</p>
        <p className="n-muted n-small" style={{ margin: 0 }}>
          For a tenant’s own API keys and its portal. Project keys are only limited in the number of endpoints.
        </p>
      </div>
      <div className={styles.pair}>
        {LIMITS.map(({ name, ...input }) => (
          <NumberInput key={name} allowDecimal={false} thousandSeparator="," {...input} {...form.getInputProps(name)} />
        ))}
      </div>
    </SettingsForm>
  );
}
