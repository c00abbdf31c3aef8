import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { must } from "@/api/client";
import { type ApiError, fieldErrors } from "@/api/error";
import type { Project } from "@/api/types";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { serverApi } from "@/app/session/session";

/** Makes a project and goes there. */
export function NewProject({ onCancel }: { onCancel?: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const dialects = useQuery({
    queryKey: ["projects", "dialects"],
    queryFn: ({ signal }) => must(serverApi.GET("/v1/dialects", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const form = useForm({
    initialValues: { name: "", dialect: "standard" },
    validate: { name: (name) => (name.trim() === "" ? "Enter a name" : null) },
  });
  const create = useMutation<Project, ApiError, { name: string; dialect: string }>({
    mutationFn: (body) => must(serverApi.POST("/v1/projects", { body })),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["projects"] });
      await navigate({ to: `/p/${id}` });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const inFields = create.error !== null && Object.keys(form.errors).length > 0;
  return (
    <form className="n-card n-card-body" onSubmit={form.onSubmit((values) => create.mutate({ ...values, name: values.name.trim() }))}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="You can change it later."
          placeholder="Orders"
          data-autofocus
          {...form.getInputProps("name")}
        />
        {dialects.data === undefined ? (
          <TextInput label="Dialect" description="The format of its requests: headers, signature and envelope." {...form.getInputProps("dialect")} />
        ) : (
          <Select
            label="Dialect"
            description="The format of its requests: headers, signature and envelope. For a new product, choose Standard Webhooks."
            searchable
            allowDeselect={false}
            data={dialects.data.data.map(({ name, title }) => ({ value: name, label: title === name ? name : `${title} (${name})` }))}
            {...form.getInputProps("dialect")}
          />
        )}
        {create.error !== null && !inFields && <ProblemAlert error={create.error} />}
        <Group gap="xs">
          <Button type="submit" loading={create.isPending}>
            Create project
          </Button>
          {onCancel !== undefined && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
