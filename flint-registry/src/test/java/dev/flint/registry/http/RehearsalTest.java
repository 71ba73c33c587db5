package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okhttp3.OkHttpClient;
import okhttp3.internal.platform.Platform;
import okhttp3.internal.platform.PlatformRegistry;
import org.junit.jupiter.api.Test;

/** What a start does ahead goes all the way, and what it leaves out of OkHttp is left out. */
class RehearsalTest {
  @Test
  void goesThroughAWholeRequest() throws IOException {
    assertEquals("{}", new String(Rehearsal.run(), StandardCharsets.US_ASCII));
  }

  @Test
  void ourPlatformRegistryStandsInForOkHttps() {
    assertNotEquals(
        OkHttpClient.class.getProtectionDomain().getCodeSource().getLocation(),
        PlatformRegistry.class.getProtectionDomain().getCodeSource().getLocation());
  }

  @Test
  void thePlatformIsTheOneThatOkHttpWouldFind() {
    assertEquals("Jdk9Platform", Platform.Companion.get().toString());
  }
}
