import { Button, ColorInput, FileInput, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { Icon } from "@/components/inline/Icon";
import { parseHex } from "@/theme/accent";
import { BrandPreview } from "./BrandPreview";
import { asDataUrl, LOGO_ACCEPT, logoFault } from "./logo";
import styles from "./Settings.module.css";
import { SettingsForm } from "./SettingsForm";
import { changes, type ProjectChange, useSaveProject } from "./useSaveProject";

export function PortalSettings() {
  const { project } = useAccess();
  const save = useSaveProject("Portal saved");
  const [file, setFile] = useState<File | null>(null);
  const before = {
    name: project.branding.name ?? "",
    accent: project.branding.accent ?? "",
    logo: project.branding.logo ?? null,
    portal_origins: project.policy.portal_origins,
  };
  const form = useForm({
    initialValues: before,
    validate: { accent: (accent) => (accent !== "" && parseHex(accent) === null ? "Enter a colour such as #3257d3" : null) },
  });
  const { values } = form;

  const choose = async (chosen: File | null) => {
    setFile(chosen);
    if (chosen === null) return;
    const fault = logoFault(chosen);
    form.setFieldError("logo", fault);
    if (fault === null) form.setFieldValue("logo", await asDataUrl(chosen));
  };
  const submit = () => {
    if (form.validate().hasErrors) return;
    const { portal_origins: origins, ...branding } = changes(before, values);
    const change: ProjectChange = {};
    if (origins !== undefined) change.policy = { portal_origins: origins };
    if (Object.keys(branding).length > 0) {
      change.branding = Object.fromEntries(Object.entries(branding).map(([name, value]) => [name, value === "" ? null : value]));
    }
    save.mutate(change, {
      onError: ({ faults }) => {
        for (const { pointer, detail } of faults) {
          const [, field] = pointer.split("/").filter((part) => part !== "");
          if (field !== undefined) form.setFieldError(field, detail);
        }
      },
    });
  };

  return (
    <SettingsForm
      title="Portal"
      dirty={form.isDirty()}
      saving={save.isPending}
      error={save.error}
      onSave={submit}
      onDiscard={() => {
        form.reset();
        setFile(null);
      }}
    >
      <p className="n-muted" style={{ margin: 0 }}>
        The page where your customers manage their webhooks. Link to it or embed it in your own site.
      </p>
      <div className={styles.portal}>
        <div className={styles.fields}>
          <TextInput
            label="Name"
            description="Shown beside the logo. Leave empty to use the project’s name."
            placeholder={project.name}
            {...form.getInputProps("name")}
          />
          <ColorInput
            label="Accent colour"
            description="For buttons, links and charts. Leave empty to use Nuncio’s colour."
            placeholder="#rrggbb"
            format="hex"
            swatches={["#3257d3", "#0f766e", "#15803d", "#b45309", "#c2410c", "#be123c", "#7c3aed", "#1f2937"]}
            eyeDropperButtonProps={{ "aria-label": "Pick a colour from the screen" }}
            {...form.getInputProps("accent")}
          />
          <div className={styles.logo}>
            <FileInput
              label="Logo"
              description="PNG, JPEG, WebP or SVG, at most 64 KiB."
              placeholder={values.logo === null ? "Choose a file" : "Choose another file"}
              accept={LOGO_ACCEPT}
              value={file}
              onChange={(chosen) => void choose(chosen)}
              error={form.errors.logo}
            />
            {values.logo !== null && (
              <Button
                variant="default"
                onClick={() => {
                  setFile(null);
                  form.setFieldValue("logo", null);
                }}
                leftSection={<Icon name="trash" size={14} />}
              >
                Remove
              </Button>
            )}
          </div>
          <TagsInput
            label="Origins that can embed it"
            description="Such as https://app.example.com. If empty, it cannot be embedded."
            {...form.getInputProps("portal_origins")}
          />
        </div>
        <BrandPreview name={values.name || project.name} accent={values.accent} logo={values.logo} />
      </div>
    </SettingsForm>
  );
}
