import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { EmptyState } from "@/components/page/EmptyState";
import { Framed } from "./Frame";

/** An address that leads nowhere. */
export function NotFound() {
  useEffect(() => {
    // A portal is under the vendor's name.
    document.title = location.pathname.startsWith("/portal/") ? "Page not found" : "Page not found · Nuncio";
  }, []);
  return (
    <Framed>
      <h1 className="n-sr">Page not found</h1>
      <EmptyState
        icon="search"
        title="Page not found"
        action={
          <Button component={Link} to="/">
            Go to the overview
          </Button>
        }
      >
        The address <code className="n-mono n-wrap">{location.pathname}</code> does not exist, or this key does not
        have access to it. Check that the link was copied in full.
      </EmptyState>
    </Framed>
  );
}
