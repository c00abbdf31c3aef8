import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { Icon } from "@/components/inline/Icon";
import { PageHeader } from "@/components/page/PageHeader";
import { SecretOnce } from "@/components/forms/SecretOnce";
import { VerificationCode } from "@/components/blocks/VerificationCode";
import { visible } from "@/format/text";
import { TestEvent } from "@/routes/endpoints/actions/TestEvent";
import type { Endpoint } from "@/parts/endpoints/types";
import styles from "./AddEndpoint.module.css";

interface Props {
  endpoint: Endpoint;
  /** The only time that it can be read; null once the reader has kept it. */
  secret: string | null;
  onKept: () => void;
}

/** A new endpoint's secret; then how to verify with it, and a test. */
export function Created({ endpoint, secret, onKept }: Props) {
  return (
    <>
      <PageHeader title="Endpoint added" up={{ to: "/endpoints", label: "Endpoints" }}>
        <span className="n-mono n-wrap">{visible(endpoint.url)}</span>
      </PageHeader>
      <div className={styles.created}>
        <Card title="1. Keep the signing secret">
          {secret !== null ? (
            <SecretOnce
              label="Signing secret"
              secret={secret}
              hint="The receiver uses it to verify that requests come from us. Store it with the receiver’s other secrets."
              onDone={onKept}
            />
          ) : (
            <p className={styles.kept} role="status">
              <Icon name="check" />
              It is not shown again. If you lose it, rotate the secret to get a new one.
            </p>
          )}
          {endpoint.public_key != null && (
            <p className="n-muted n-wrap">
              Public key <code className="n-mono">{endpoint.public_key}</code>
            </p>
          )}
        </Card>
        <Card title="2. Verify signatures with it">
          <VerificationCode endpoint={endpoint.id} />
        </Card>
        <Card title="3. Send a test event">
          <TestEvent endpoint={endpoint.id} />
        </Card>
        <p>
          <AppLink to={`/endpoints/${endpoint.id}`}>Go to the endpoint</AppLink>
        </p>
      </div>
    </>
  );
}
