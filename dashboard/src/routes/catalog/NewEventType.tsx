import { PageHeader } from "@/components/page/PageHeader";
import { EventTypeForm } from "./EventTypeForm";

const EMPTY = { name: "", description: "", group: "", schema: "", example: "", deprecated: false, retry: null };

export default function NewEventType() {
  return (
    <>
      <PageHeader title="Add event type" up={{ to: "/catalog", label: "Event catalog" }} />
      <EventTypeForm draft={EMPTY} existing={false} />
    </>
  );
}
