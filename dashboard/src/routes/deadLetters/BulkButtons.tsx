import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useRead } from "@/api/hooks";
import { ConfirmButton } from "@/components/forms/Confirm";
import { Icon } from "@/components/inline/Icon";
import { KeyValue } from "@/components/blocks/KeyValue";
import { counted } from "@/format/number";
import { shortId } from "@/format/text";
import { nameOf, useEndpointNames } from "@/parts/endpoints/names";
import { useSetSearch } from "@/url/hooks";
import styles from "./DeadLetters.module.css";
import { type DeadFilter, filterWords } from "./filters";

/** Retries or purges all that match, not only those on this page. */
export function BulkButtons({ filter }: { filter: DeadFilter }) {
  const { api, isOperator } = useAccess();
  const setSearch = useSetSearch();
  const narrowed = Object.keys(filter).length > 0;
  const start = (doing: "retry" | "purge") => async () => {
    const { job } = await must(
      doing === "retry"
        ? api.POST("/v1/dead-letters/retry", { body: { filter } })
        : // It was typed out before: an empty filter is meant.
          api.POST("/v1/dead-letters/purge", { body: { filter, confirm: true } }),
    );
    setSearch((search) => ({ ...search, job, doing }), { replace: true });
  };
  return (
    <>
      {isOperator && (
        <ConfirmButton
          label={narrowed ? "Purge matching…" : "Purge all…"}
          button={{ className: "n-danger" }}
          title={narrowed ? "Purge all matching dead letters?" : "Purge all dead letters?"}
          confirm="Purge"
          typed="purge"
          onConfirm={start("purge")}
        >
          <Which filter={filter} />
          They are deleted with their attempts, and cannot be retried. This cannot be undone.
        </ConfirmButton>
      )}
      <ConfirmButton
        label={narrowed ? "Retry matching…" : "Retry all…"}
        button={{ variant: "filled", leftSection: <Icon name="retry" size={14} /> }}
        title={narrowed ? "Retry all matching dead letters?" : "Retry all dead letters?"}
        confirm="Retry"
        danger={false}
        onConfirm={start("retry")}
      >
        <Which filter={filter} />
        Each becomes pending again with a new retry schedule, including those on other pages. This runs in the background.
      </ConfirmButton>
    </>
  );
}

/** What it is for, in words, before it is done. */
function Which({ filter }: { filter: DeadFilter }) {
  const { isOperator } = useAccess();
  const { names } = useEndpointNames();
  const narrowed = Object.keys(filter).length > 0;
  const overview = useRead(
    ["overview", "dead"],
    (api, init) => api.GET("/v1/overview", { ...init, params: { query: { window_seconds: 60 } } }),
    { enabled: !narrowed },
  );
  const words = filterWords(filter, (id) => {
    const named = names.find((one) => one.id === id);
    return named === undefined ? shortId(id) : nameOf(named);
  });
  if (!narrowed) {
    const many = overview.data === undefined ? "All" : counted(overview.data.dead_letters);
    return <p className={styles.which}>{`${many} dead letters of ${isOperator ? "this project" : "yours"}.`}</p>;
  }
  return (
    <div className={styles.which}>
      <p>All dead letters that match</p>
      <KeyValue items={words} />
    </div>
  );
}
