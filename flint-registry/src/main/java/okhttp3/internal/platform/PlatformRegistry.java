package okhttp3.internal.platform;

/**
 * Stands in for OkHttp's class of this name, as our jar comes before its jar. That one has every
 * security provider of the JDK made, and looks for more in every jar, to find out whether another
 * TLS library is the first of them: 50 to 100 ms of processor time, also where nothing speaks TLS.
 * Flint comes with no other library, so the answer is always the JDK.
 */
public final class PlatformRegistry {
  /** As Kotlin wants it. */
  public static final PlatformRegistry INSTANCE = new PlatformRegistry();

  private PlatformRegistry() {}

  /** What speaks TLS: the JDK. */
  public Platform findPlatform() {
    Platform jdk = Jdk9Platform.Companion.buildIfSupported();
    return jdk == null ? new Platform() : jdk;
  }

  /** Whether this is Android. */
  public boolean isAndroid() {
    return false;
  }
}
