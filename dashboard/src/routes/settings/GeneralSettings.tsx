import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useAccess } from "@/api/access";
import { fieldErrors } from "@/api/error";
import { useRead } from "@/api/hooks";
import { IdText } from "@/components/inline/IdText";
import { KeyValue } from "@/components/blocks/KeyValue";
import { TimeText } from "@/components/inline/TimeText";
import { SettingsForm } from "./SettingsForm";
import { changes, useSaveProject } from "./useSaveProject";

export function GeneralSettings() {
  const { project } = useAccess();
  const save = useSaveProject("Project saved");
  const dialects = useRead(["dialects"], (api, init) => api.GET("/v1/dialects", init));
  const before = { name: project.name, dialect: project.dialect };
  const form = useForm({
    initialValues: before,
    validate: { name: (name) => (name.trim() === "" ? "Enter a name" : null) },
  });
  const submit = () => {
    if (form.validate().hasErrors) return;
    save.mutate(changes(before, form.values), { onError: (error) => form.setErrors(fieldErrors(error)) });
  };
  const names = dialects.data?.data.map(({ name, title }) => ({ value: name, label: title === name ? name : `${title} (${name})` }));
  return (
    <SettingsForm
      title="General"
      dirty={form.isDirty()}
      saving={save.isPending}
      error={save.error}
      onSave={submit}
      onDiscard={form.reset}
    >
      <TextInput label="Name" {...form.getInputProps("name")} />
      <Select
        label="Dialect"
        description="The format of requests: headers, signature and envelope. It also sets the defaults below. Endpoints with their own dialect keep it."
        searchable
        allowDeselect={false}
        data={names ?? [project.dialect]}
        {...form.getInputProps("dialect")}
      />
      <KeyValue
        items={[
          ["ID", <IdText key="id" id={project.id} full what="project ID" />],
          ["Created", <TimeText key="created" at={project.created_at} as="full" />],
          ["Last change", <TimeText key="changed" at={project.updated_at} as="full" />],
        ]}
      />
    </SettingsForm>
  );
}
