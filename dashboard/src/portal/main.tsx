import { start } from "@/shell/start";
import { passingColorSchemes } from "@/theme/colorScheme";
import { lookIn } from "./look";
import { Portal } from "./Portal";
import { takeToken } from "./token";

const look = lookIn(location.search, window.parent !== window);
const schemes = passingColorSchemes(look.theme);

start(<Portal place={takeToken()} look={look} schemes={schemes} />, schemes);
