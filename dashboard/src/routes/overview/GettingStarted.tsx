import { useAccess } from "@/api/access";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { EmptyState } from "@/components/page/EmptyState";
import styles from "./Overview.module.css";

/** What to do with a project that has no endpoint yet. */
export function GettingStarted() {
  const { project, me } = useAccess();
  return (
    <Card title="Get started">
      <div className={styles.starting}>
        <ol>
          <li>
            <AppLink to="/endpoints">Add an endpoint</AppLink>
            <p>A URL of one of your customers, with its secret and the events that it wants.</p>
          </li>
          <li>
            <AppLink to="/catalog">Describe your events</AppLink>
            <p>Their names, schemas and examples: what your customers choose from.</p>
          </li>
          <li>
            <AppLink to="/keys">Create a key</AppLink> for your app
            <p>Scope “publish” is enough to send events.</p>
          </li>
          <li>
            Publish an event
            <p>It is signed in the dialect {project.dialect} and delivered to every endpoint that wants it.</p>
          </li>
        </ol>
        <CodeBlock label="Publish an event" text={publishing(me.public_url ?? location.origin)} />
      </div>
    </Card>
  );
}

/** The same for a tenant, who has but one thing to do. */
export function NoEndpoint() {
  return (
    <div className="n-card">
      <EmptyState icon="endpoints" title="No endpoint yet" action={<AppLink to="/endpoints">Go to your endpoints</AppLink>}>
        Add the URL that is to be told what happens, and choose the events that it wants.
      </EmptyState>
    </div>
  );
}

function publishing(server: string): string {
  return [
    `curl ${server}/v1/events \\`,
    '  -H "Authorization: Bearer $NUNCIO_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    "  -d '{",
    '    "tenant": "acme",',
    '    "type": "order.paid",',
    '    "data": {"order": "ord_1", "amount": 4200}',
    "  }'",
  ].join("\n");
}
