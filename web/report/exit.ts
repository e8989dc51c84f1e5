// The script of the pages that have neither form nor code: quick exit, and one
// entry in the history.

import { watchExits } from "./leave";
import { listen } from "./page";

listen();
watchExits();
