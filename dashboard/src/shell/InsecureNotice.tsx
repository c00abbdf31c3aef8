import type { Me } from "@/api/types";
import { Icon } from "@/components/inline/Icon";
import styles from "./InsecureNotice.module.css";

/** Shown for as long as what is read here can be read on the way. */
export function InsecureNotice({ me }: { me: Me }) {
  if (!me.insecure) return null;
  return (
    <div role="note" className={styles.notice}>
      <Icon name="warning" size={15} />
      <span>
        This page was loaded over plain HTTP: others on the network can read it and take over your session.
        {/* A tenant can do nothing about it, and knows the vendor's name alone. */}
        {me.kind !== "portal" && " Put Nuncio behind HTTPS."}
      </span>
    </div>
  );
}
