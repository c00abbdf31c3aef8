import { Skeleton } from "@mantine/core";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { useParam } from "@/url/hooks";
import { useDialect } from "./Dialect";
import { DialectForm } from "./DialectForm";

export default function EditDialect() {
  const name = useParam("name");
  const { data, error, refetch } = useDialect(name);
  return (
    <>
      <PageHeader title={`Edit ${name}`} up={{ to: `/dialects/${name}`, label: name }}>
        Each save creates a new version. Attempts record the version that they used.
      </PageHeader>
      {error !== null && data === undefined && (
        <ProblemAlert error={error} title="Could not load the dialect" retry={() => void refetch()} />
      )}
      {data === undefined ? error === null && <Skeleton height={480} /> : <DialectForm key={name} name={name} source={data.source} />}
    </>
  );
}
