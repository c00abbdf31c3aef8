import { useContext } from "react";
import { AccessContext } from "./access";

/**
 * What the vendor's customers read in the portal, where operators read the words of the API. They know endpoints, events and
 * deliveries; how the server does its work is nothing that they can change.
 */
const CUSTOMERS: Readonly<Record<string, string>> = {
  Dead: "Failed",
  "Dead letters": "Failed deliveries",
  Dialect: "Format",
  Backlog: "Waiting",
  "Dead deliveries": "Failed deliveries",
  "Retries dead deliveries with a new retry schedule.": "Retries failed deliveries with a new retry schedule.",
  "There are no code examples for this dialect.": "There are no code examples.",
  "Deliveries that failed every attempt. Retry them once the receiver works again.":
    "Deliveries that failed every attempt. Retry them once your receiver works again.",
  "No matching dead letters": "No matching failed deliveries",
  "No dead letters": "No failed deliveries",
  "Retry all dead letters?": "Retry all failed deliveries?",
  "Retry all matching dead letters?": "Retry all matching failed deliveries?",
  "All dead letters that match": "All failed deliveries that match",
  "Retrying dead letters": "Retrying failed deliveries",
  "Selected dead letters": "Selected failed deliveries",
  "Retry all dead…": "Retry all failed…",
  "Retry all dead deliveries?": "Retry all failed deliveries?",
  dead: "failed",
  "dead letters of yours": "failed deliveries",
  "became dead letters": "failed for good",
  "The event cannot be converted to the endpoint's dialect. Change its payload or the dialect.":
    "The event cannot be converted to the endpoint's format.",
  "This dialect needs a secret from you: 8 to 256 printable characters. Configure the same secret at the receiver.":
    "Choose a secret of 8 to 256 printable characters. Configure the same secret at the receiver.",
};

/** The words for a text, for whoever looks: `say("Dead letters")`. */
export function useWords(): (text: string) => string {
  const portal = useContext(AccessContext)?.surface === "portal";
  return portal ? wordsOfCustomers : same;
}

export const wordsOfCustomers = (text: string): string => CUSTOMERS[text] ?? text;
const same = (text: string) => text;
