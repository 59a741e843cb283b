# Virtual environments with the Python packages that tests and benchmarks compare against. Sourced by ./test
# and ./bench, after launcher.sh.

# Makes or completes .venv-NAME from the list of packages in a file and sets `python`.
make_environment() {
  local name=$1 list=$2 folder=$home/.venv-$1 log
  python=$folder/bin/python
  # The list that was installed lies beside it: an environment is complete when both are equal.
  if [[ -x $python && -e $folder/installed.txt ]] && cmp -s "$list" "$folder/installed.txt"; then return; fi
  if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then install_packages python3-venv; fi
  complain "installing Python packages into .venv-$name: $(tr '\n' ' ' <"$list")"
  log=$home/.build/venv-$name.log
  if ! { python3 -m venv --clear "$folder" && "$python" -m pip install --disable-pip-version-check -r "$list"; } \
    >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "the Python packages could not be installed (is PyPI within reach?); the whole output stands in $log"
  fi
  rm -f "$log"
  cp "$list" "$folder/installed.txt"
}
