import { start } from "./start";
import { Dashboard } from "./Dashboard";

start(<Dashboard />);
