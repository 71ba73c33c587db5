package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.store.OutputFile;
import dev.flint.oci.store.VerifyingInputStream;
import dev.flint.oci.transfer.CountedBlob;
import dev.flint.oci.transfer.GrowingPause;
import dev.flint.oci.transfer.ResumingStream;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint blob get}. */
@Command(
    name = "get",
    sortOptions = false,
    description = "Fetch one blob from a registry, verified.",
    footer = {
      "",
      "With --to the file appears only when all of it is there and right, and its path",
      "is printed. On standard output bytes come as they arrive: they are right only",
      "if the exit code is 0.",
      "",
      "Example:  flint blob get localhost:5000/demo/osv-hello@$DIGEST --to layer.tar.gz"
    })
public final class BlobGetCommand implements Callable<Integer> {
  private static final int BUFFER = 128 * 1024;

  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "REPO@DIGEST", description = "HOST/REPOSITORY@DIGEST.")
  Reference reference;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Into this file; - is standard output.")
  @Nullable Path file;

  @Option(names = "--force", description = "Replace what is there.")
  boolean force;

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public BlobGetCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Digest digest =
        reference
            .digest()
            .orElseThrow(
                () ->
                    new ParameterException(spec.commandLine(), "expected HOST/REPOSITORY@DIGEST"));
    Path target = file == null || file.equals(Path.of("-")) ? null : file;
    if (target == null && context.console().outTerminal()) {
      throw new ParameterException(
          spec.commandLine(), "a blob is not for a terminal; use --to FILE or a pipe");
    }
    RegistryRepository repository = context.registry(registry).repository(reference);
    Descriptor blob = repository.describeBlob(digest);
    if (target == null) {
      copy(repository, blob, new PipedResult(context.console().out(), "blob"));
      return 0;
    }
    try (OutputFile output = OutputFile.create(target, force)) {
      copy(repository, blob, Channels.newOutputStream(output.channel()));
      output.publish();
    }
    context.result(target.toString());
    return 0;
  }

  private void copy(RegistryRepository repository, Descriptor blob, OutputStream out)
      throws IOException {
    try (Meter meter = Meter.start(context.progress(), blob.digest().toString(), blob.size());
        InputStream in =
            new VerifyingInputStream(
                new ResumingStream(
                    new CountedBlob(repository, blob), 0, blob.size(), new GrowingPause()),
                blob.digest(),
                blob.size(),
                "blob")) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        meter.advance(n);
      }
      out.flush();
      meter.finish(Outcome.DONE);
    }
  }
}
