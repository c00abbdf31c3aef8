import { Outlet } from "@tanstack/react-router";
import { Waiting } from "@/components/inline/Waiting";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { PublishOnly } from "./session/PublishOnly";
import styles from "./Root.module.css";
import { SessionContext, useSessionQuery } from "./session/session";
import { SignIn } from "./session/SignIn";

/** Signs in whoever is not, and shows the rest to whoever is. */
export function Root() {
  const session = useSessionQuery();
  if (session.data === null) return <SignIn />;
  if (session.data?.scope === "publish") {
    return (
      <SessionContext value={session.data}>
        <PublishOnly />
      </SessionContext>
    );
  }
  if (session.data !== undefined) {
    return (
      <SessionContext value={session.data}>
        <Outlet />
      </SessionContext>
    );
  }
  return (
    <main className={styles.middle}>
      {session.error === null ? (
        <Waiting label="Loading" />
      ) : (
        <ProblemAlert error={session.error} title="Nuncio is not responding" retry={() => void session.refetch()} />
      )}
    </main>
  );
}
