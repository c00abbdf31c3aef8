import { useAccess } from "@/api/access";
import { PageHeader } from "@/components/page/PageHeader";
import { DangerSettings } from "./DangerSettings";
import { GeneralSettings } from "./GeneralSettings";
import { PolicySettings } from "./PolicySettings";
import { PortalSettings } from "./PortalSettings";
import styles from "./Settings.module.css";

/** What a project is called, how it delivers, and how its portal looks. */
export default function Settings() {
  const { isAdmin, project } = useAccess();
  return (
    <>
      <PageHeader title="Settings">
        {isAdmin ? "Changes take effect at once, including for pending deliveries." : "Only the admin key can change these."}
      </PageHeader>
      {/* What was changed elsewhere is shown anew. */}
      <div className={styles.page} key={project.updated_at}>
        <GeneralSettings />
        <PolicySettings />
        <PortalSettings />
        {isAdmin && <DangerSettings />}
      </div>
    </>
  );
}
