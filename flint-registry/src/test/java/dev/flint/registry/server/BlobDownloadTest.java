package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.testing.Failures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers of a blob that is on its way. */
@Timeout(60)
final class BlobDownloadTest {
  private static final Duration PATIENCE = Duration.ofMillis(30);

  @TempDir Path folder;

  private static BlobSource source(byte[] content) {
    return new BlobSource() {
      @Override
      public InputStream open() {
        return new ByteArrayInputStream(content);
      }

      @Override
      public Optional<InputStream> range(long from, long length) {
        return Optional.empty();
      }
    };
  }

  /** For example as all who download are busy with others that come slowly. */
  @Test
  void aReaderDoesNotWaitForeverForOneThatDoesNotBegin() throws IOException {
    byte[] content = new byte[1000];
    Descriptor blob = Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(content), content.length);
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      BlobDownload download = new BlobDownload(layout, blob, source(content), Pause.NONE, PATIENCE);
      Failures.expect(ErrorCode.NETWORK, download::open);
      Failures.expect(ErrorCode.NETWORK, () -> download.beyond(0));
      download.run();
      assertEquals(1000, download.beyond(0));
    }
  }
}
