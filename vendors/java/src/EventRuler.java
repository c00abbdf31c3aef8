import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/**
 * Says of each pair of a pattern and an event whether AWS's own event-ruler matches them. The protocol is in
 * ../../README.md.
 *
 * <p>usage: java EventRuler PAIRS
 */
public final class EventRuler {
    private EventRuler() {
    }

    public static void main(String[] arguments) throws IOException {
        try (BufferedReader pairs = Files.newBufferedReader(Path.of(arguments[0]));
                PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8)) {
            for (String line = pairs.readLine(); line != null; line = pairs.readLine()) {
                JsonObject pair = JsonParser.parseString(line).getAsJsonObject();
                out.println(judge(pair.get("pattern").getAsString(), pair.get("event").getAsString()));
            }
        }
    }

    private static String judge(String pattern, String event) {
        // Not Machine.addRule: where the compiler refuses a pattern, that falls back to an older one without `$or`.
        if (JsonRuleCompiler.check(pattern) != null) {
            return "invalid";
        }
        try {
            Machine machine = new Machine();
            JsonRuleCompiler.compile(pattern).forEach(rule -> machine.addPatternRule("rule", rule));
            return String.valueOf(!machine.rulesForJSONEvent(event).isEmpty());
        } catch (Exception e) {
            return "failed: " + e;
        }
    }
}
