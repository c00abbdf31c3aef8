import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { createQueryClient } from "@/api/queryClient";
import { Themed } from "@/theme/Themed";
import { dashboardRouter } from "./router";
import { signedOut } from "./session/session";

/** The operator's dashboard: everything below `/` but the portal. */
export function Dashboard() {
  const [client] = useState(() => createQueryClient(() => signedOut(client)));
  const [router] = useState(dashboardRouter);
  return (
    <QueryClientProvider client={client}>
      <Themed>
        <RouterProvider router={router} />
      </Themed>
    </QueryClientProvider>
  );
}
