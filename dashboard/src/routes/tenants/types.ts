import type { components } from "@/api/schema";

export type Tenant = components["schemas"]["Tenant"];
export type TenantChange = components["schemas"]["TenantChange"];

/** Whoever shows tenants, or what is theirs. */
export const TENANT_TOUCHED = [["tenants"], ["endpoints"], ["deliveries"]] as const;
