package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.ReferrerSource;

/**
 * An image to be copied.
 *
 * @param images where its parts are
 * @param root its manifest or index
 * @param referrers knows what refers to it
 */
record Origin(ImageSource images, Document root, ReferrerSource referrers) {}
