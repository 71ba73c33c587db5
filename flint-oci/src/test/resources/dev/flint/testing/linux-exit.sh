#!/bin/sh
# GET /cgi-bin/exit?N ends the guest with status N.
echo 'Content-Type: text/plain'
echo
echo "exit $QUERY_STRING"
echo "$QUERY_STRING" >/order
