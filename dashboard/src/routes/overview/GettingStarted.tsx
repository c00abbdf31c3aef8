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
            <p>A customer’s URL and the events to send to it.</p>
          </li>
          <li>
            <AppLink to="/catalog">Describe your events</AppLink>
            <p>Names, schemas and examples that your customers choose from.</p>
          </li>
          <li>
            <AppLink to="/keys">Create a key</AppLink> for your app
            <p>The scope “publish” is enough to send events.</p>
          </li>
          <li>
            Publish an event
            <p>It is signed as the dialect {project.dialect} defines and delivered to every endpoint that subscribes to it.</p>
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
      <EmptyState icon="endpoints" title="No endpoints yet" action={<AppLink to="/endpoints">Go to your endpoints</AppLink>}>
        Add the URL that should receive events, and choose which events to send.
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
