package dev.flint.agent.http;

import java.io.InputStream;
import java.io.OutputStream;

/** The two ways of a connection, and who looks after them. */
record Wire(InputStream in, OutputStream out, PatientOutput patient, Patience.Watch watch) {}
