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
    validate: { name: (name) => (name.trim() === "" ? "a project needs a name" : null) },
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
        description="How requests look: headers, signature, envelope, and every default below. Endpoints that chose a dialect of their own keep it."
        searchable
        allowDeselect={false}
        data={names ?? [project.dialect]}
        {...form.getInputProps("dialect")}
      />
      <KeyValue
        items={[
          ["Id", <IdText key="id" id={project.id} full what="project id" />],
          ["Created", <TimeText key="created" at={project.created_at} as="full" />],
          ["Last change", <TimeText key="changed" at={project.updated_at} as="full" />],
        ]}
      />
    </SettingsForm>
  );
}
