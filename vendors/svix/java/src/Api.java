import com.svix.Svix;
import com.svix.api.ApplicationCreateOptions;
import com.svix.api.ApplicationListOptions;
import com.svix.api.EndpointListOptions;
import com.svix.api.EventTypeDeleteOptions;
import com.svix.api.EventTypeListOptions;
import com.svix.api.Health;
import com.svix.models.AppPortalAccessIn;
import com.svix.models.ApplicationIn;
import com.svix.models.ApplicationOut;
import com.svix.models.ApplicationPatch;
import com.svix.models.ApplicationTokenExpireIn;
import com.svix.models.EndpointHeadersIn;
import com.svix.models.EndpointHeadersOut;
import com.svix.models.EndpointHeadersPatchIn;
import com.svix.models.EndpointIn;
import com.svix.models.EndpointOut;
import com.svix.models.EndpointPatch;
import com.svix.models.EndpointUpdate;
import com.svix.models.EventTypeImportOpenApiIn;
import com.svix.models.EventTypeIn;
import com.svix.models.EventTypeOut;
import com.svix.models.EventTypePatch;
import com.svix.models.EventTypeUpdate;
import com.svix.models.MessageIn;
import com.svix.models.Ordering;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Applications, event types, endpoints, tokens: what a server keeps. */
@SuppressWarnings("deprecation")
final class Api {
    private final Cases cases;
    private final Svix svix;
    private final String token;
    private Svix customer;
    private String put;

    Api(Cases cases, Svix svix, String token) {
        this.cases = cases;
        this.svix = svix;
        this.token = token;
    }

    static String secret() {
        byte[] key = new byte[24];
        new SecureRandom().nextBytes(key);
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }

    void run() {
        cases.run("health.get", () -> new Health(svix.getHttpClient()).get());
        eventTypes();
        applications();
        endpoints();
        headers();
        tokens();
    }

    private static EventTypeIn type(String name) {
        return new EventTypeIn().name(name).description("");
    }

    private void eventTypes() {
        var types = svix.getEventType();
        cases.run("eventType.create", () -> {
            Object schemas = Map.of("1", Map.of("type", "object", "examples", List.of(Map.of("sample", true))));
            EventTypeOut made = types.create(type("user.signup").description("Somebody signed up").schemas(schemas));
            Cases.equal(made.getName(), "user.signup");
            Cases.equal(made.getDescription(), "Somebody signed up");
            Cases.equal(made.getDeprecated(), false);
            for (String name : List.of("user.left", "a..b", "invoice.paid", "z-last_1")) {
                types.create(type(name));
            }
            Cases.refused(409, "event_type_exists", () -> types.create(type("user.signup")));
            Cases.refused(422, null, () -> types.create(type("no spaces")));
            Object wrong = Map.of("1", Map.of("type", 7));
            Cases.refused(422, null, () -> types.create(type("bad.schema").schemas(wrong)));
        });
        cases.run("eventType.get", () -> {
            Cases.equal(types.get("user.signup").getDescription(), "Somebody signed up");
            Cases.refused(404, "not_found", () -> types.get("no.such"));
        });
        cases.run("eventType.list", () -> {
            List<String> names = Cases.walk(2, (limit, iterator) -> {
                EventTypeListOptions options = new EventTypeListOptions();
                options.setLimit(limit);
                options.setIterator(iterator);
                var list = types.list(options);
                return Cases.Page.of(list.getData(), EventTypeOut::getName, list.getDone(), list.getIterator(), list.getPrevIterator());
            });
            Cases.equal(names, List.of("a..b", "invoice.paid", "user.left", "user.signup", "z-last_1"));
            EventTypeListOptions options = new EventTypeListOptions();
            options.setWithContent(true);
            Cases.expect(types.list(options).getData().stream().anyMatch(one -> one.getSchemas() != null), "no content");
            options.setLimit(251L);
            Cases.refused(422, null, () -> types.list(options));
        });
        cases.run("eventType.update", () -> {
            EventTypeOut changed = types.update("user.left", new EventTypeUpdate().description("Gone").deprecated(true));
            Cases.equal(changed.getDescription(), "Gone");
            Cases.equal(changed.getDeprecated(), true);
            Cases.equal(types.update("made.by.put", new EventTypeUpdate().description("new")).getName(), "made.by.put");
        });
        cases.run("eventType.patch", () -> {
            EventTypeOut changed = types.patch("user.left", new EventTypePatch().deprecated(false));
            Cases.equal(changed.getDescription(), "Gone");
            Cases.equal(changed.getDeprecated(), false);
            Cases.refused(404, "not_found", () -> types.patch("no.such", new EventTypePatch().description("x")));
        });
        cases.run("eventType.delete", () -> {
            types.delete("made.by.put");
            Cases.equal(types.get("made.by.put").getArchived(), true);
            Cases.expect(types.list().getData().stream().noneMatch(one -> one.getName().equals("made.by.put")), "still listed");
            Cases.equal(types.create(type("made.by.put")).getArchived(), false);
            EventTypeDeleteOptions options = new EventTypeDeleteOptions();
            options.setExpunge(true);
            types.delete("made.by.put", options);
            Cases.refused(404, "not_found", () -> types.get("made.by.put"));
        });
        cases.run("eventType.importOpenapi", () -> {
            String text = "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"t\",\"version\":\"1\"},\"webhooks\":{\"pet.new\":{\"post\":"
                + "{\"description\":\"Imported\",\"responses\":{},\"requestBody\":{\"content\":{\"application/json\":"
                + "{\"schema\":{\"type\":\"object\"}}}}}}}}";
            var answer = types.importOpenapi(new EventTypeImportOpenApiIn().specRaw(text));
            Cases.equal(answer.getData().getModified(), List.of("pet.new"));
            Cases.equal(types.get("pet.new").getDescription(), "Imported");
        });
    }

    private List<String> applicationIds(long size, Ordering order) throws Exception {
        return Cases.walk(size, (limit, iterator) -> {
            ApplicationListOptions options = new ApplicationListOptions();
            options.setLimit(limit);
            options.setIterator(iterator);
            options.setOrder(order);
            var list = svix.getApplication().list(options);
            return Cases.Page.of(list.getData(), ApplicationOut::getId, list.getDone(), list.getIterator(), list.getPrevIterator());
        });
    }

    private static ApplicationIn application(String name, String uid) {
        return new ApplicationIn().name(name).uid(uid);
    }

    private void applications() {
        var apps = svix.getApplication();
        cases.run("application.create", () -> {
            ApplicationOut made = apps.create(application("Acme", "acme").metadata(Map.of("plan", "pro")));
            Cases.expect(made.getId().startsWith("app_"), made.getId());
            Cases.equal(List.of(made.getName(), made.getUid(), made.getMetadata()), List.of("Acme", "acme", Map.of("plan", "pro")));
            Cases.refused(409, "conflict", () -> apps.create(application("Other", "acme")));
            Cases.refused(422, null, () -> apps.create(new ApplicationIn().name("")));
            Cases.refused(422, null, () -> apps.create(application("Bad", "with space")));
        });
        cases.run("application.getOrCreate", () -> {
            ApplicationOut same = apps.getOrCreate(application("Not this name", "acme"));
            Cases.equal(List.of(same.getId(), same.getName()), List.of(apps.get("acme").getId(), "Acme"));
            Cases.equal(apps.getOrCreate(application("Second", "second")).getUid(), "second");
        });
        cases.run("application.get", () -> {
            Cases.equal(apps.get(apps.get("acme").getId()).getUid(), "acme");
            Cases.refused(404, "not_found", () -> apps.get("nobody"));
        });
        cases.run("application.idempotency", () -> {
            ApplicationCreateOptions options = new ApplicationCreateOptions();
            options.setIdempotencyKey("the-same-key");
            ApplicationOut once = apps.create(new ApplicationIn().name("Once"), options);
            ApplicationOut again = apps.create(new ApplicationIn().name("Another body"), options);
            Cases.equal(again.getId() + again.getName(), once.getId() + "Once");
        });
        cases.run("application.list", () -> {
            for (int n = 0; n < 3; n++) {
                apps.create(new ApplicationIn().name("Listed " + n));
            }
            List<String> rising = applicationIds(2, null);
            Cases.equal(rising.size(), 6);
            Cases.equal(applicationIds(4, Ordering.DESCENDING), Cases.reversed(rising));
            ApplicationListOptions wrong = new ApplicationListOptions();
            wrong.setIterator("ep_wrong");
            Cases.refused(422, null, () -> apps.list(wrong));
        });
        cases.run("application.update", () -> {
            ApplicationOut changed = apps.update("second", new ApplicationIn().name("Renamed"));
            Cases.equal(changed.getName(), "Renamed");
            Cases.equal(changed.getUid(), null);
            put = apps.update("not-there-yet", new ApplicationIn().name("Put")).getId();
            Cases.refused(409, "conflict", () -> apps.update(put, application("Put", "acme")));
        });
        cases.run("application.patch", () -> {
            ApplicationOut changed = apps.patch("acme", new ApplicationPatch().name("Acme Inc."));
            Cases.equal(changed.getName() + changed.getUid() + changed.getMetadata(), "Acme Inc.acme{plan=pro}");
            Cases.equal(apps.patch(put, new ApplicationPatch().uid("put")).getUid(), "put");
            Cases.equal(apps.patch(put, new ApplicationPatch().uid(null)).getUid(), null);
            Cases.refused(404, "not_found", () -> apps.patch("nobody", new ApplicationPatch().name("x")));
        });
        cases.run("application.delete", () -> {
            apps.create(application("Short", "short-lived"));
            apps.delete("short-lived");
            Cases.refused(404, "not_found", () -> apps.get("short-lived"));
            apps.create(application("Again", "short-lived"));
        });
    }

    private EndpointIn quiet() {
        return new EndpointIn().url(URI.create(cases.url + "/kept")).disabled(true);
    }

    private List<String> endpointIds(long size, Ordering order) throws Exception {
        return Cases.walk(size, (limit, iterator) -> {
            EndpointListOptions options = new EndpointListOptions();
            options.setLimit(limit);
            options.setIterator(iterator);
            options.setOrder(order);
            var list = svix.getEndpoint().list("acme", options);
            return Cases.Page.of(list.getData(), EndpointOut::getId, list.getDone(), list.getIterator(), list.getPrevIterator());
        });
    }

    private void endpoints() {
        var all = svix.getEndpoint();
        String app = "acme";
        cases.run("endpoint.create", () -> {
            String own = secret();
            EndpointOut made = all.create(app, quiet().uid("kept").description("A shop").secret(own).channels(Set.of("eu"))
                .filterTypes(Set.of("user.signup")).metadata(Map.of("a", "b")));
            Cases.expect(made.getId().startsWith("ep_"), made.getId());
            Cases.equal(made.getUid() + made.getDescription() + made.getDisabled() + made.getVersion(), "keptA shoptrue1");
            Cases.equal(List.of(made.getFilterTypes(), made.getChannels()), List.of(Set.of("user.signup"), Set.of("eu")));
            Cases.equal(all.getSecret(app, "kept").getKey(), own);
            Cases.refused(409, "conflict", () -> all.create(app, quiet().uid("kept")));
            Cases.refused(422, null, () -> all.create(app, quiet().filterTypes(Set.of("no.such"))));
            Cases.refused(422, null, () -> all.create(app, quiet().filterTypes(Set.of())));
            Cases.refused(422, null, () -> all.create(app, quiet().url(URI.create("ftp://example.com"))));
            Cases.refused(422, null, () -> all.create(app, quiet().secret("whsec_c2hvcnQ=")));
            Cases.refused(404, "not_found", () -> all.create("nobody", quiet()));
        });
        cases.run("endpoint.get", () -> {
            Cases.equal(all.get(app, all.get(app, "kept").getId()).getUid(), "kept");
            Cases.refused(404, "not_found", () -> all.get(app, "ep_none"));
        });
        cases.run("endpoint.list", () -> {
            for (int n = 0; n < 4; n++) {
                all.create(app, quiet());
            }
            List<String> falling = endpointIds(2, null);
            Cases.equal(falling.size(), 5);
            Cases.equal(endpointIds(3, Ordering.ASCENDING), Cases.reversed(falling));
        });
        cases.run("endpoint.update", () -> {
            String before = all.getSecret(app, "kept").getKey();
            URI moved = URI.create(cases.url + "/kept/moved");
            EndpointOut changed = all.update(app, "kept", new EndpointUpdate().url(moved).uid("kept").disabled(true));
            Cases.equal(changed.getUrl(), moved);
            Cases.equal(changed.getDescription(), "");
            Cases.equal(changed.getFilterTypes(), null);
            Cases.equal(all.getSecret(app, "kept").getKey(), before);
            all.update(app, "unknown", new EndpointUpdate().url(moved).disabled(true));
        });
        cases.run("endpoint.patch", () -> {
            EndpointOut changed = all.patch(app, "kept", new EndpointPatch().description("Moved").channels(Set.of("us")));
            Cases.equal(changed.getDescription() + changed.getChannels(), "Moved[us]");
            Cases.equal(all.patch(app, "kept", new EndpointPatch().channels(null)).getChannels(), null);
            Cases.refused(404, "not_found", () -> all.patch(app, "ep_none", new EndpointPatch().description("x")));
        });
        cases.run("endpoint.getSecret", () -> {
            String id = all.create(app, quiet().uid("own-secret")).getId();
            Cases.expect(all.getSecret(app, id).getKey().startsWith("whsec_"), "no secret");
            Cases.refused(404, "not_found", () -> all.getSecret(app, "ep_none"));
        });
    }

    private void headers() {
        var all = svix.getEndpoint();
        String app = "acme";
        cases.run("endpoint.updateHeaders", () -> {
            all.updateHeaders(app, "kept", new EndpointHeadersIn().headers(Map.of("X-Shop", "one", "Authorization", "Bearer abc")));
            for (String name : List.of("content-type", "svix-id")) {
                EndpointHeadersIn wrong = new EndpointHeadersIn().headers(Map.of(name, "mine"));
                Cases.refused(422, null, () -> all.updateHeaders(app, "kept", wrong));
            }
        });
        cases.run("endpoint.getHeaders", () -> {
            EndpointHeadersOut found = all.getHeaders(app, "kept");
            Cases.equal(found.getHeaders(), Map.of("X-Shop", "one"));
            Cases.equal(found.getSensitive().toString().toLowerCase(), "[authorization]");
        });
        cases.run("endpoint.patchHeaders", () -> {
            all.patchHeaders(app, "kept", new EndpointHeadersPatchIn().headers(Map.of("X-More", "two")));
            Cases.equal(all.getHeaders(app, "kept").getHeaders(), Map.of("X-Shop", "one", "X-More", "two"));
            all.patchHeaders(app, "kept", new EndpointHeadersPatchIn().headers(Map.of()).deleteHeaders(List.of("X-Shop")));
            Cases.equal(all.getHeaders(app, "kept").getHeaders(), Map.of("X-More", "two"));
        });
        cases.run("endpoint.delete", () -> {
            all.delete(app, "kept");
            Cases.refused(404, "not_found", () -> all.get(app, "kept"));
            Cases.refused(404, "not_found", () -> all.delete(app, "kept"));
        });
    }

    private void tokens() {
        var authentication = svix.getAuthentication();
        cases.run("authentication.token", () -> {
            int cut = token.length() - 6;
            String forged = token.substring(0, cut) + new StringBuilder(token.substring(cut)).reverse();
            for (String wrong : List.of("not.a.token", forged)) {
                Cases.refused(401, "authentication_failed", () -> Driver.client(wrong).getApplication().list());
            }
        });
        cases.run("authentication.appPortalAccess", () -> {
            var access = authentication.appPortalAccess("acme", new AppPortalAccessIn());
            Cases.expect(access.getUrl() != null, "no URL");
            customer = Driver.client(access.getToken());
            Cases.equal(customer.getApplication().get("acme").getName(), "Acme Inc.");
            Cases.expect(!customer.getEndpoint().list("acme").getData().isEmpty(), "no endpoints");
            Cases.refused(403, null, () -> customer.getApplication().list());
            MessageIn message = new MessageIn().eventType("user.signup").payload("{}");
            Cases.refused(403, null, () -> customer.getMessage().create("acme", message));
            Cases.refused(404, "not_found", () -> customer.getEndpoint().list("short-lived"));
            Cases.refused(404, "not_found", () -> authentication.appPortalAccess("nobody", new AppPortalAccessIn()));
        });
        cases.run("authentication.dashboardAccess",
            () -> Cases.expect(!authentication.dashboardAccess("acme").getToken().isEmpty(), "no token"));
        cases.run("authentication.logout", () -> Cases.refused(501, null, () -> customer.getAuthentication().logout()));
        cases.run("authentication.expireAll", () -> {
            authentication.expireAll("acme", new ApplicationTokenExpireIn());
            Cases.refused(401, "authentication_failed", () -> customer.getApplication().get("acme"));
        });
        // An operation of Svix's cloud alone: the library must get an answer that it can read.
        cases.run("statistics.aggregateEventTypes",
            () -> Cases.refused(404, "not_found", () -> svix.getStatistics().aggregateEventTypes()));
    }
}
