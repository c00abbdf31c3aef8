import com.svix.Svix;
import com.svix.SvixOptions;

/**
 * Calls every operation of a Svix server by Svix's own library, and receives what the server sends. The protocol is in
 * ../../README.md.
 *
 * <p>usage: SVIX_SERVER_URL=… SVIX_TOKEN=… java Driver
 */
final class Driver {
    private Driver() {}

    static Svix client(String token) {
        SvixOptions options = new SvixOptions();
        options.setServerUrl(System.getenv("SVIX_SERVER_URL"));
        return new Svix(token, options);
    }

    public static void main(String[] arguments) throws Exception {
        String token = System.getenv("SVIX_TOKEN");
        Cases cases = new Cases();
        Svix svix = client(token);
        new Api(cases, svix, token).run();
        new Delivery(cases, svix).run();
        System.exit(cases.failures == 0 ? 0 : 1);
    }
}
