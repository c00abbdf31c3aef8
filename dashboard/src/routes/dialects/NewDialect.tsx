import { Skeleton } from "@mantine/core";
import { useAccess } from "@/api/access";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { useSearchText } from "@/url/hooks";
import { useDialect } from "./Dialect";
import { renamed } from "./dialect";
import { DialectForm } from "./DialectForm";

/** A dialect begins as a copy: of the one that was being looked at, or else of the project's. */
export default function NewDialect() {
  const { project } = useAccess();
  const from = useSearchText().from || project.dialect;
  const { data, error, refetch } = useDialect(from);
  return (
    <>
      <PageHeader title="Add dialect" up={{ to: "/dialects", label: "Dialects" }}>
        A copy of {from}. Each save creates a new version. Attempts record the version that they used.
      </PageHeader>
      {error !== null && data === undefined && (
        <ProblemAlert error={error} title="Could not load the dialect to copy" retry={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton height={480} />
      ) : (
        <DialectForm key={from} source={renamed(data.source, `my-${data.name}`, `My ${data.title}`)} />
      )}
    </>
  );
}
