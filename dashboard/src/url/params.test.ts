import { createMemoryHistory, createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { expect, test } from "vitest";

function routerAt(href: string) {
  const root = createRootRoute();
  const route = (path: string) => createRoute({ getParentRoute: () => root, path });
  return createRouter({
    routeTree: root.addChildren([route("/catalog"), route("/catalog/$name"), route("/catalog/$name/edit")]),
    history: createMemoryHistory({ initialEntries: [href] }),
  });
}

test.each(["orders/create", "a:b", "com.example/x.y", "Order was paid", "50% off", "auth0|42", "jane+hooks@example.com", "a?b#c"])(
  "%s as a part of an address comes back whole",
  async (name) => {
    for (const end of ["", "/edit"]) {
      const { href } = routerAt("/").buildLocation({ to: `/catalog/${encodeURIComponent(name)}${end}` });
      const router = routerAt(href);
      await router.load();
      const last = router.state.matches.at(-1);
      expect([last?.routeId, (last?.params as { name?: string }).name]).toEqual([`/catalog/$name${end}`, name]);
    }
  },
);
