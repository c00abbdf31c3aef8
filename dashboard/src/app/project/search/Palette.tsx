import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import { Icon } from "@/components/inline/Icon";
import { useTypeNames } from "@/parts/suggestions/suggestions";
import { screens } from "@/routes/table";
import { type Hit, ownHits, serverHits, sourceHits } from "./hits";
import styles from "./Search.module.css";

/** Long enough not to ask for every letter, too short to be waited for. */
const DEBOUNCE_MS = 120;
const ASKED = 6;
const FRESH_MS = 10_000;

/** Takes a name, a URL, an id or what one wants to do, and goes there. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const access = useAccess();
  const navigate = useNavigate();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  // The dialog looks for what takes the focus when it opens: before this has been loaded.
  useEffect(() => {
    input.current?.focus();
  }, []);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  // Enter was pressed while an answer was on its way, which may be what is meant.
  const [entered, setEntered] = useState(false);
  const { found, asking } = useFound(typed);
  const types = useTypeNames();
  const hits = typed.trim() === "" ? ownHits("", access, screens, []) : [...serverHits(found), ...ownHits(typed, access, screens, types), ...sourceHits(typed)];
  // An id leads to one place only: that comes first.
  const sorted = [...hits.filter(({ icon }) => icon === "right"), ...hits.filter(({ icon }) => icon !== "right")];
  const chosen = Math.min(at, sorted.length - 1);
  const go = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    onClose();
    void navigate({ to: `${access.base}${hit.to}` });
  };
  useEffect(() => {
    if (entered && !asking) go(sorted[chosen]);
  });
  const move = (by: number) => setAt((chosen + by + sorted.length) % Math.max(1, sorted.length));
  return (
    <div className={styles.palette}>
      <div className={styles.field}>
        <Icon name="search" />
        <input
          ref={input}
          className={styles.input}
          type="text"
          role="combobox"
          aria-label="Search"
          aria-expanded={sorted.length > 0}
          aria-controls={list}
          aria-activedescendant={sorted.length === 0 ? undefined : `${list}-${chosen}`}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={access.isOperator ? "Tenant, endpoint, ID, event type, page or action" : "Endpoint, ID, event type, page or action"}
          data-autofocus
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
            setEntered(false);
          }}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") move(1);
            else if (event.key === "ArrowUp") move(-1);
            else if (event.key === "Enter") {
              if (asking) setEntered(true);
              else go(sorted[chosen]);
            } else return;
            event.preventDefault();
          }}
        />
      </div>
      <Results id={list} hits={sorted} chosen={chosen} onPoint={setAt} onGo={go} />
      <p className={styles.said} role="status">
        {asking ? "Searching…" : sorted.length === 0 ? "Nothing found. An ID is found only in full." : ""}
      </p>
    </div>
  );
}

interface ResultsProps {
  id: string;
  hits: readonly Hit[];
  chosen: number;
  onPoint: (at: number) => void;
  onGo: (hit: Hit) => void;
}

function Results({ id, hits, chosen, onPoint, onGo }: ResultsProps) {
  const groups = [...new Set(hits.map(({ group }) => group))];
  const selected = useRef<HTMLDivElement>(null);
  // Newer browsers answer with a promise, which is not what an effect may give back.
  useEffect(() => {
    selected.current?.scrollIntoView({ block: "nearest" });
  }, [chosen, hits.length]);
  return (
    <div id={id} role="listbox" aria-label="Results" className={styles.results}>
      {groups.map((group) => (
        <div key={group} role="group" aria-label={group}>
          <p className={styles.group} aria-hidden="true">
            {group}
          </p>
          {hits.map((hit, at) =>
            hit.group === group ? (
              <div
                key={hit.to}
                id={`${id}-${at}`}
                ref={at === chosen ? selected : null}
                role="option"
                aria-selected={at === chosen}
                className={styles.hit}
                onMouseMove={() => onPoint(at)}
                onClick={() => onGo(hit)}
              >
                <Icon name={hit.icon} />
                <span className={styles.label}>{hit.label}</span>
                {hit.detail !== undefined && <span className={styles.detail}>{hit.detail}</span>}
              </div>
            ) : null,
          )}
        </div>
      ))}
    </div>
  );
}

/** Tenants and endpoints that match, as the server knows them. */
function useFound(typed: string) {
  const { isOperator } = useAccess();
  const text = typed.trim();
  const [search] = useDebouncedValue(text, DEBOUNCE_MS);
  const query = { search, limit: ASKED };
  const options = { enabled: search !== "", keep: true, fresh: FRESH_MS };
  const tenants = useRead(["tenants", "search", search], (api, init) => api.GET("/v1/tenants", { ...init, params: { query } }), {
    ...options,
    enabled: search !== "" && isOperator,
  });
  const endpoints = useRead(["endpoints", "search", search], (api, init) => api.GET("/v1/endpoints", { ...init, params: { query } }), options);
  const asking = text !== "" && (text !== search || tenants.isFetching || endpoints.isFetching);
  return { found: { tenants: tenants.data?.data ?? [], endpoints: endpoints.data?.data ?? [] }, asking };
}
