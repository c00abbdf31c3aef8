import { useWrite } from "@/api/hooks";
import type { components } from "@/api/schema";
import { useAccess } from "@/api/access";

export type ProjectChange = components["schemas"]["ProjectChange"];

/** Changes the project that these pages are about. Forms show what is refused. */
export function useSaveProject(done: string) {
  const { project } = useAccess();
  return useWrite(
    (api, body: ProjectChange) => api.PATCH("/v1/projects/{id}", { params: { path: { id: project.id } }, body }),
    { invalidates: [["me"], ["dialects"], ["guide"]], done, quiet: true },
  );
}

/** The members of `now` that differ from `before`: what nobody touched goes on following the dialect's defaults. */
export function changes<T extends object>(before: T, now: T): Partial<T> {
  const changed: Partial<T> = {};
  for (const name of Object.keys(now) as (keyof T)[]) {
    if (JSON.stringify(before[name]) !== JSON.stringify(now[name])) changed[name] = now[name];
  }
  return changed;
}
