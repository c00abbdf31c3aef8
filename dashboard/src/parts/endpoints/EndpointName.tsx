import { AppLink } from "@/components/inline/AppLink";
import { shortId, visible } from "@/format/text";
import styles from "./EndpointName.module.css";
import { nameOf, useEndpointName } from "./names";

/** An endpoint by the name that people know it by, leading to it unless it stands in another link. */
export function EndpointName({ id, plain = false }: { id: string; plain?: boolean }) {
  const named = useEndpointName(id);
  if (named === "gone") {
    return (
      <span className="n-muted" title={id}>
        {shortId(id)} (deleted)
      </span>
    );
  }
  const text = named === undefined ? shortId(id) : nameOf(named);
  const title = named === undefined ? id : `${visible(named.url)} (${id})`;
  if (plain) {
    return (
      <span className={styles.name} title={title}>
        {text}
      </span>
    );
  }
  return (
    <AppLink to={`/endpoints/${id}`} className={`n-link ${styles.name}`} title={title}>
      {text}
    </AppLink>
  );
}
