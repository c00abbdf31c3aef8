import { createContext } from "react";
import type { Look } from "./look";

export const LookContext = createContext<Look>({ theme: "auto", fixed: false, framed: false });
