import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { Card } from "@/components/page/Card";
import { ConfirmButton } from "@/components/forms/Confirm";
import styles from "./Settings.module.css";

export function DangerSettings() {
  const { project, api } = useAccess();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await must(api.DELETE("/v1/projects/{id}", { params: { path: { id: project.id } } }));
    await navigate({ to: "/projects" });
    client.removeQueries({ queryKey: [project.id] });
    await client.invalidateQueries({ queryKey: ["projects"] });
  };
  return (
    <Card title="Delete the project">
      <div className={styles.danger}>
        <p className="n-muted">
          Deletes the project with its endpoints, tenants, keys, catalog, events and deliveries. This cannot be
          undone.
        </p>
        <ConfirmButton
          label="Delete project…"
          button={{ className: "n-danger" }}
          title={`Delete ${project.name}?`}
          confirm="Delete project"
          typed={project.name}
          onConfirm={remove}
        >
          Pending deliveries are cancelled, and this project’s keys stop working at once.
        </ConfirmButton>
      </div>
    </Card>
  );
}
