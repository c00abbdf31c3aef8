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
          Its endpoints, tenants, keys and catalog go at once, its events and deliveries with them. Nothing of it can be
          brought back.
        </p>
        <ConfirmButton
          label="Delete project…"
          button={{ className: "n-danger" }}
          title={`Delete ${project.name}?`}
          confirm="Delete project"
          typed={project.name}
          onConfirm={remove}
        >
          Every delivery that still waits is cancelled, and apps that publish with a key of this project are refused from
          now on.
        </ConfirmButton>
      </div>
    </Card>
  );
}
