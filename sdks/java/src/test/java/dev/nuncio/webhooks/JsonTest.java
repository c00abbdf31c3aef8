package dev.nuncio.webhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static void check(String text, String written) throws Exception {
        assertEquals(written, Json.write(Json.parse(text)));
    }

    @Test
    void jsonIsReadAndWrittenAgain() throws Exception {
        check(" {\"b\" : [ 1 , -0.50, 1e3 ], \"a\":{}, \"c\":[] } ", "{\"b\":[1,-0.50,1E+3],\"a\":{},\"c\":[]}");
        check("[true,false,null]", "[true,false,null]");
        check("12345678901234567890.1234567890123456789", "12345678901234567890.1234567890123456789");
        check("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9é\\ud83d\\ude00\"", "\"\\\"\\\\/\\u0008\\u000c\\u000a\\u000d\\u0009éé\\ud83d\\ude00\"");
        check("{\"a\":1,\"a\":2}", "{\"a\":2}");
    }

    @Test
    void otherTextIsNoJson() {
        for (String text : new String[] {
            "", " ", "{", "[", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "+1", "1.", ".5", "1e",
            "-", "NaN", "tru", "nulls", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\t\"", "1 2", "'a'", "\u00a01", "1e99999",
            "[".repeat(100_000)
        }) {
            assertThrows(Json.JsonException.class, () -> Json.parse(text), text);
        }
        byte[] latin = "\"\u00e9\"".getBytes(StandardCharsets.ISO_8859_1);
        assertThrows(Json.JsonException.class, () -> Json.parse(latin));
    }
}
