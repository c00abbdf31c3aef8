package dev.nuncio.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's sample that verifies by hand compiles, and agrees with the library. */
class ReadmeTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @Test
    void verifyingByHandAgreesWithTheLibrary(@TempDir Path folder) throws Exception {
        Method byHand = compiled(folder);
        String body = "{\"type\":\"a.b\",\"timestamp\":\"2026-04-26T12:34:56Z\",\"data\":{}}";
        for (String sent : List.of(body, body + " ")) {
            Map<String, String> headers = new TreeMap<>();
            signed(body).forEach((name, value) -> headers.put(name.toUpperCase(Locale.ROOT), value));
            boolean genuine = (boolean) byHand.invoke(null, headers, SECRET, sent.getBytes(UTF_8));
            assertEquals(sent.equals(body), genuine);
            assertEquals(library(headers, sent), genuine);
        }
    }

    private static boolean library(Map<String, String> headers, String body) {
        try {
            Request request = Request.post(Request.headersOf(headers, null), body.getBytes(UTF_8));
            return Webhook.of("standard", SECRET).verify(request) != null;
        } catch (WebhookVerificationException refusal) {
            return false;
        }
    }

    private static Map<String, String> signed(String body) throws Exception {
        String seconds = Long.toString(Instant.now().getEpochSecond());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET.substring("whsec_".length())), "HmacSHA256"));
        byte[] signature = mac.doFinal(("evt_1." + seconds + "." + body).getBytes(UTF_8));
        String listed = "v1," + Base64.getEncoder().encodeToString(signature);
        return Map.of("webhook-id", "evt_1", "webhook-timestamp", seconds, "webhook-signature", listed);
    }

    /** The sample as a method: it has `received`, `secret` and `body`, and leaves `genuine` and `recent`. */
    private static Method compiled(Path folder) throws Exception {
        Path readme = Path.of(System.getProperty("nuncio.root", "../.."), "sdks", "java", "README.md");
        Matcher samples = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(readme));
        String sample = samples.results()
                .map(found -> found.group(1))
                .filter(text -> text.contains("Mac.getInstance"))
                .findFirst()
                .orElseThrow();
        String source = "import static java.nio.charset.StandardCharsets.UTF_8;\n"
                + "import java.security.MessageDigest; import java.time.Instant; import java.util.*;\n"
                + "import javax.crypto.Mac; import javax.crypto.spec.SecretKeySpec;\n"
                + "public class Sample { public static boolean run(Map<String, String> received, String secret, byte[] body)"
                + " throws Exception {\n" + sample + "\nreturn genuine && recent; } }\n";
        Path file = Files.writeString(folder.resolve("Sample.java"), source);
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), file.toString());
        assertEquals(0, status, "the sample does not compile");
        URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        Method run = loader.loadClass("Sample").getMethod("run", Map.class, String.class, byte[].class);
        assertTrue(run.canAccess(null));
        return run;
    }
}
