import { start } from "@/shell/start";
import { Dashboard } from "./Dashboard";

start(<Dashboard />);
