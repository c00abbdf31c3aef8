/** A tenant as it is written in a form. */
export interface TenantDraft {
  id: string;
  /** Another name, which can be changed. */
  uid: string;
  name: string;
  plan: string;
  /** JSON, as it was typed. */
  metadata: string;
}

/** The longest id that the API takes. */
export const ID_CHARS_MAX = 256;

/** Why a text is no tenant's id; null when it is one. */
export function idFault(id: string): string | null {
  if (id === "") return "Enter the customer’s ID";
  if (id.length > ID_CHARS_MAX) return `${id.length} characters is too long: the limit is ${ID_CHARS_MAX}`;
  return /^[A-Za-z0-9][A-Za-z0-9_.:|@+-]*$/.test(id)
    ? null
    : "Use letters, digits and _ . : - | @ +, starting with a letter or digit";
}

/** Whether the project's policy lets tenants of this plan have endpoints. */
export const planAllows = (plans: readonly string[], plan: string | null) =>
  plans.length === 0 || (plan !== null && plans.includes(plan));
