import { Button } from "@mantine/core";
import { useState } from "react";
import { EventPicker } from "@/parts/catalog/EventPicker";
import type { EndpointDraft } from "@/routes/endpoints/form/draft";
import { filterFaults } from "@/routes/endpoints/form/filter";
import { FilterField } from "@/routes/endpoints/form/FilterField";
import styles from "./AddEndpoint.module.css";
import type { Refusal } from "./step";

interface Props {
  draft: EndpointDraft;
  edit: (change: Partial<EndpointDraft>) => void;
  refused: Refusal;
  onBack: () => void;
  onNext: () => void;
}

/** Which events it wants. */
export function EventsStep({ draft, edit, refused, onBack, onNext }: Props) {
  const [tried, setTried] = useState(false);
  const none = draft.events.length === 0;
  const wrong = filterFaults(draft.filter);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!none && wrong.length === 0) onNext();
      }}
    >
      <div className={styles.body}>
        <EventPicker
          value={draft.events}
          error={refused.events ?? (tried && none ? "Choose at least one event, or all events" : null)}
          onChange={(events) => edit({ events })}
        />
        <FilterField value={draft.filter} faults={refused.filter ?? (tried ? wrong : [])} onChange={(filter) => edit({ filter })} />
      </div>
      <div className={styles.foot}>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <Button type="submit">Next: review</Button>
      </div>
    </form>
  );
}
