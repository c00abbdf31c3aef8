import { SegmentedControl, Select, Skeleton } from "@mantine/core";
import { useState } from "react";
import { useRead } from "@/api/hooks";
import { CodeBlock } from "./CodeBlock";
import { useWords } from "@/api/words";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import styles from "./VerificationCode.module.css";

/** The language that a reader chose last is theirs on the next screen as well. Kept by the page, not by the browser. */
let lastLanguage: string | null = null;

interface Props {
  /** By name; the project's own unless given. */
  dialect?: string;
  /** The endpoint whose requests are verified. */
  endpoint?: string;
}

/** A receiver's whole program that verifies the signature, in the reader's language. */
export function VerificationCode({ dialect, endpoint }: Props) {
  const say = useWords();
  const query = { ...(dialect === undefined ? {} : { dialect }), ...(endpoint === undefined ? {} : { endpoint }) };
  const read = useRead(["guide", "programs", query], (api, init) =>
    api.GET("/v1/guide/programs", { ...init, params: { query } }),
  );
  const [language, setLanguage] = useState(lastLanguage);
  const [way, setWay] = useState("library");
  if (read.error !== null && read.data === undefined) {
    return (
      <ProblemAlert
        error={read.error}
        title="Could not load the code examples"
        retry={() => void read.refetch()}
      />
    );
  }
  if (read.data === undefined) return <Skeleton height={240} />;
  const programs = read.data.languages;
  const program = programs.find((one) => one.language === language) ?? programs[0];
  if (program === undefined) return <p className="n-muted">{say("There are no code examples for this dialect.")}</p>;
  const { library, by_hand: byHand } = program;
  const shown = way === "library" ? (library ?? byHand) : (byHand ?? library);
  return (
    <div className={styles.code}>
      <div className={styles.choice}>
        <Select
          label="Language"
          allowDeselect={false}
          data={programs.map((one) => ({ value: one.language, label: one.label }))}
          value={program.language}
          onChange={(value) => {
            lastLanguage = value;
            setLanguage(value);
          }}
        />
        {library !== null && byHand !== null && (
          <SegmentedControl
            aria-label="Verification method"
            data={[
              { value: "library", label: "With our library" },
              { value: "by_hand", label: "Without a library" },
            ]}
            value={way}
            onChange={setWay}
          />
        )}
      </div>
      {shown === null ? (
        <p className="n-muted">There is no such example in {program.label}.</p>
      ) : (
        <>
          {shown === library && <CodeBlock label="Install" text={library.install} />}
          <CodeBlock label={`Receiver in ${program.label}`} text={shown.code} maxHeight={520} />
        </>
      )}
      <p className="n-muted n-small">
        Save it as <code className="n-mono">{program.file}</code> and start it with{" "}
        <code className="n-mono">{program.run}</code>. It reads the signing secret from <code className="n-mono">WEBHOOK_SECRET</code> and the port from{" "}
        <code className="n-mono">PORT</code>. Verify the raw request body before parsing it.
      </p>
    </div>
  );
}
