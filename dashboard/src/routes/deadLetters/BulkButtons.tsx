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
    const path = doing === "retry" ? "/v1/dead-letters/retry" : "/v1/dead-letters/purge";
    const { job } = await must(api.POST(path, { body: { filter } }));
    setSearch((search) => ({ ...search, job, doing }), { replace: true });
  };
  return (
    <>
      {isOperator && (
        <ConfirmButton
          label={narrowed ? "Purge matching…" : "Purge all…"}
          button={{ className: "n-danger" }}
          title={narrowed ? "Purge all that match?" : "Purge all dead letters?"}
          confirm="Purge"
          typed="purge"
          onConfirm={start("purge")}
        >
          <Which filter={filter} />
          Their records and attempts are deleted for good: they can neither be looked at nor retried any more.
        </ConfirmButton>
      )}
      <ConfirmButton
        label={narrowed ? "Retry matching…" : "Retry all…"}
        button={{ variant: "filled", leftSection: <Icon name="retry" size={14} /> }}
        title={narrowed ? "Retry all that match?" : "Retry all dead letters?"}
        confirm="Retry"
        danger={false}
        onConfirm={start("retry")}
      >
        <Which filter={filter} />
        Each becomes pending again with a fresh schedule, on this page or not. It goes on in the background.
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
      <p>All dead letters with</p>
      <KeyValue items={words} />
    </div>
  );
}
