import type { components } from "./schema";

type Schemas = components["schemas"];

/** Who the caller is, and where. `kind` is admin, project, tenant or portal; `scope` full, publish or read. */
export type Me = Schemas["Me"];
export type Project = Schemas["Project"];
export type Branding = Schemas["Branding"];
export type PortalSession = Schemas["PortalSession"];
export type Overview = Schemas["OverviewReport"];
export type EndpointTrouble = Schemas["EndpointTrouble"];
export type Stats = Schemas["StatsSeries"];
export type StatsPoint = Schemas["StatsPoint"];
export type AuditRecord = Schemas["AuditEntry"];
