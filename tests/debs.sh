# Finds the servers, the browser, the office program and the fonts that the tests use; fetches what the machine lacks.
#
# To be sourced from the top of the checkout:  . tests/debs.sh
#
# Order of preference: what the machine has; else Debian packages, fetched by the machine's own apt into private folders
# and unpacked into a cache, so that no root is needed, nothing is installed and no service is started. PostgreSQL and
# Redis have a third way, wheels among the test requirements (see services.py). Chromium, LibreOffice and the fonts have
# none: what cannot be had is named with the command that installs it, and the caller is told by a return code of 1.
#
# Sets, as needed: CHROMIUM, SOFFICE, PG_BIN, PATH (for redis-server), FONTCONFIG_FILE, LD_LIBRARY_PATH (libatomic only).

# PostgreSQL refuses to run as root, so services.py starts it as another user, who cannot read below a private home.
if [ "$(id -u)" = 0 ]; then
    deb_cache=/var/cache/yinling-tests
else
    deb_cache=$PWD/.cache/debs
fi
deb_root=$deb_cache/root
deb_bin=$deb_cache/bin

chromium_on_machine() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
}

# Calc reads and writes ledgers, Writer draws papers; with a window or without, either will do.
office_on_machine() {
    for office in /usr/lib/libreoffice /opt/libreoffice*; do
        if [ -e "$office/program/libsclo.so" ] && [ -e "$office/program/libswlo.so" ]; then
            echo "$office/program/soffice"
            return 0
        fi
    done
    return 1
}

# fc-list would know, but it comes with a package that may be missing where fonts are not.
chinese_fonts_in() {
    find -L "$@" -name 'NotoSansCJK*' 2>/dev/null | grep -q .
}

# Prints the packages for what the machine itself does not have.
deb_wanted() {
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
    [ -x /usr/bin/redis-server ] || echo redis-server
    chromium_on_machine >/dev/null || echo chromium
    # 100 MB to fetch, 300 MB unpacked.
    office_on_machine >/dev/null || echo libreoffice-calc-nogui libreoffice-writer-nogui
    chinese_fonts_in /usr/share/fonts /usr/local/share/fonts || echo fonts-noto-cjk
    # The node that Playwright brings links against it.
    ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || /sbin/ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || echo libatomic1
}

# deb_fetch PACKAGE... : download the packages with all that they depend on, unpack them below $deb_root.
deb_fetch() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    apt_home=$deb_cache/apt
    mkdir -p "$apt_home/state/lists/partial" "$apt_home/archives/partial" "$deb_root" || return 1
    echo "Fetching $* with apt into $deb_cache (nothing is installed) ..." >&2
    private_apt() {
        apt-get -q -y -o Dir::State="$apt_home/state" -o Dir::State::status=/var/lib/dpkg/status \
            -o Dir::Cache="$apt_home" -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)" "$@"
    }
    {
        private_apt update && private_apt --no-install-recommends --download-only install "$@"
    } >"$deb_cache/apt.log" 2>&1 || return 1
    # The C library must stay the machine's own: it has to match the loader.
    rm -f "$apt_home"/archives/libc6_*.deb "$apt_home"/archives/libc-bin_*.deb
    for deb in "$apt_home"/archives/*.deb; do
        dpkg-deb -x "$deb" "$deb_root" || return 1
    done
    rm -rf "$apt_home"
}

# deb_wrapper NAME PROGRAM : a program in $deb_bin that finds the unpacked libraries and leaves everyone else's alone.
deb_wrapper() {
    mkdir -p "$(dirname "$deb_bin/$1")"
    cat >"$deb_bin/$1.new" <<EOF
#!/bin/sh
LD_LIBRARY_PATH='$deb_libraries' exec '$2' "\$@"
EOF
    deb_ready "$1"
}

# Another run may be starting the program at this moment: exchange it in one step.
deb_ready() {
    chmod 755 "$deb_bin/$1.new"
    mv "$deb_bin/$1.new" "$deb_bin/$1"
}

# LibreOffice expects its settings in /etc and its parts in /usr, and a program's first start with a profile ends by
# asking for a second one (81); its own starter does that, but needs a package more.
deb_office() {
    office=$deb_root/usr/lib/libreoffice
    sed -i -e "s#file:///etc/libreoffice/registry#file://$office/share/.registry#g" \
        -e "s#file:///usr/lib/libreoffice#file://$office#g" -e "s#file:///etc/libreoffice#file://$deb_root/etc/libreoffice#g" \
        "$office"/program/*rc
    ln -sfn .registry "$office/share/registry"
    cat >"$deb_bin/soffice.new" <<EOF
#!/bin/sh
export LD_LIBRARY_PATH='$office/program:$deb_libraries' FONTCONFIG_FILE='$deb_cache/fonts.conf'
'$office/program/soffice.bin' "\$@"
status=\$?
[ \$status = 81 ] && exec '$office/program/soffice.bin' "\$@"
exit \$status
EOF
    deb_ready soffice
}

# Makes the wrappers and the font configuration for what was unpacked.
deb_wire() {
    deb_libraries=$(find "$deb_root/usr/lib" "$deb_root/lib" -name '*.so*' -printf '%h\n' 2>/dev/null | sort -u |
        grep -vE '/(postgresql|libreoffice|gconv|dri|llvm[^/]*|perl[^/]*|python[^/]*)(/|$)' | tr '\n' ':')
    mkdir -p "$deb_bin"
    for program in "$deb_root"/usr/lib/postgresql/*/bin/*; do
        [ -x "$program" ] && deb_wrapper "postgresql/$(basename "$program")" "$program"
    done
    [ -x "$deb_root/usr/bin/redis-server" ] && deb_wrapper redis-server "$deb_root/usr/bin/redis-server"
    [ -x "$deb_root/usr/lib/chromium/chromium" ] && deb_wrapper chromium "$deb_root/usr/lib/chromium/chromium"
    [ -x "$deb_root/usr/lib/libreoffice/program/soffice.bin" ] && deb_office
    for library in "$deb_root"/usr/lib/*/libatomic.so.1; do
        [ -e "$library" ] && mkdir -p "$deb_cache/lib" && cp -L "$library" "$deb_cache/lib/libatomic.so.1"
    done
    cat >"$deb_cache/fonts.conf" <<EOF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>$deb_root/usr/share/fonts</dir>
  <cachedir>$deb_cache/fontconfig</cachedir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
  <alias binding="strong"><family>serif</family><prefer><family>Noto Serif CJK SC</family></prefer></alias>
</fontconfig>
EOF
}

# Two runs at once must not unpack into each other.
deb_prepare() (
    mkdir -p "$deb_cache" || exit 1
    exec 9>"$deb_cache/lock"
    flock 9
    lacking=
    for package in "$@"; do
        grep -qsx "$package" "$deb_cache/done" || lacking="$lacking $package"
    done
    [ -z "$lacking" ] && exit 0
    # shellcheck disable=SC2086  # a list of package names
    deb_fetch $lacking || exit 1
    deb_wire
    printf '%s\n' $lacking >>"$deb_cache/done"
)

deb_status=0
deb_missing=$(deb_wanted | tr '\n' ' ')
deb_missing=${deb_missing% }
if [ -n "$deb_missing" ]; then
    # shellcheck disable=SC2086  # a list of package names
    deb_prepare $deb_missing ||
        echo "apt could not fetch $deb_missing (see $deb_cache/apt.log)." >&2
    [ -d "$deb_bin/postgresql" ] && PG_BIN=$deb_bin/postgresql && export PG_BIN
    [ -x "$deb_bin/chromium" ] && CHROMIUM=$deb_bin/chromium
    [ -x "$deb_bin/soffice" ] && SOFFICE=$deb_bin/soffice
    [ -e "$deb_cache/lib/libatomic.so.1" ] && LD_LIBRARY_PATH=$deb_cache/lib && export LD_LIBRARY_PATH
    if [ -f "$deb_cache/fonts.conf" ]; then
        FONTCONFIG_FILE=$deb_cache/fonts.conf
        export FONTCONFIG_FILE
    fi
    PATH=$deb_bin:$PATH
    export PATH
fi

CHROMIUM=${CHROMIUM:-$(chromium_on_machine || true)}
export CHROMIUM
if [ ! -x "$CHROMIUM" ]; then
    echo "The tests need Chromium. Install it with:  sudo apt-get install chromium libatomic1" >&2
    deb_status=1
fi
SOFFICE=${SOFFICE:-$(office_on_machine || true)}
export SOFFICE
if [ ! -x "$SOFFICE" ]; then
    echo "The tests need LibreOffice. Install it with:  sudo apt-get install --no-install-recommends" \
        "libreoffice-calc-nogui libreoffice-writer-nogui" >&2
    deb_status=1
fi
if ! chinese_fonts_in /usr/share/fonts /usr/local/share/fonts "$deb_root/usr/share/fonts"; then
    echo "The tests need Chinese fonts. Install them with:  sudo apt-get install fonts-noto-cjk" >&2
    deb_status=1
fi
(exit "$deb_status")
