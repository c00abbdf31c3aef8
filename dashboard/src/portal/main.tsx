import { start } from "@/app/start";
import { takeToken } from "./token";
import { Portal } from "./Portal";

start(<Portal place={takeToken()} />);
