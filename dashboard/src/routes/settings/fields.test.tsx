import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { AccessContext, accessOf } from "@/api/access";
import { createApi } from "@/api/client";
import type { Me, Project } from "@/api/types";
import { DEFAULTS, type Policy, policyDraft } from "./policy";
import { PolicySettings } from "./PolicySettings";
import { PortalSettings } from "./PortalSettings";

interface Schema {
  properties: Record<string, unknown>;
}
const { components } = JSON.parse(readFileSync(new URL("../../../../openapi.json", import.meta.url), "utf8")) as {
  components: { schemas: Record<string, Schema> };
};
const inApi = (schema: string) => Object.keys(components.schemas[schema]?.properties ?? {}).sort();

const policy: Policy = {
  retry: { delays_s: [0, 60] },
  timeout_ms: 10_000,
  plans: [],
  endpoints_per_tenant_max: 50,
  history_days: 30,
  strict_types: false,
  auto_disable_days: 5,
  auto_disable_s: null,
  failing_after_failures: 3,
  failing_after_s: 10,
  gone: "disable",
  while_disabled: "hold",
  operator_tenant: null,
  portal_origins: [],
  tenant_requests_per_minute: 1_200,
  tenant_changes_per_minute: 60,
  tenant_jobs_per_hour: 30,
  tenant_delay_s_min: 5,
  tenant_attempts_max: 20,
  transformations: "operator",
  reveal_secrets: "never",
};
const project: Project = {
  id: "proj_1",
  name: "Fields",
  dialect: "standard",
  policy,
  branding: { name: null, accent: null, logo: null },
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

/** The fields of a form of settings, as its inputs name them; the retry schedule has inputs of its own. */
function fieldsOf(form: ReactNode): string[] {
  const me = { kind: "admin", scope: "full", tenant: null, project } as unknown as Me;
  const access = accessOf({ api: createApi({ project: project.id }), me, project, surface: "dashboard", base: "/p/proj_1" });
  const markup = renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <AccessContext value={access}>{form}</AccessContext>
      </MantineProvider>
    </QueryClientProvider>,
  );
  const named = [...markup.matchAll(/data-path="([^"]+)"/g)].map(([, name]) => name ?? "");
  return markup.includes('aria-label="Retry schedule"') ? [...named, "retry"] : named;
}

test("every field of the API's policy is on the settings page, once", () => {
  const policyFields = fieldsOf(<PolicySettings />);
  // A switch turns the number on, and a unit says in which of two fields it is kept.
  expect(policyFields).toContain("auto_disable");
  expect(policyFields).toContain("auto_disable_unit");
  const asKept = (field: string) => (field === "auto_disable_unit" ? "auto_disable_s" : field);
  const portalFields = fieldsOf(<PortalSettings />).filter((field) => !(field in project.branding));
  const shown = [...policyFields.filter((field) => field !== "auto_disable").map(asKept), ...portalFields];
  expect(shown.sort()).toEqual(inApi("Policy"));
  expect(inApi("PolicyChange")).toEqual(inApi("Policy"));
});

test("every field of the form has an input", () =>
  expect(fieldsOf(<PolicySettings />).sort()).toEqual(Object.keys(policyDraft(policy)).sort()));

test("the button for the defaults says what it leaves alone, and resets all the rest", () => {
  const kept = ["auto_disable_days", "auto_disable_s", "operator_tenant", "portal_origins"];
  expect([...Object.keys(DEFAULTS), ...kept].sort()).toEqual(inApi("PolicyChange"));
});
